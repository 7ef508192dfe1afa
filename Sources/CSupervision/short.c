#define _GNU_SOURCE
#include "short.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000L + time.tv_nsec / 1000000L;
}

/// Starts the program in a group of its own, with nothing of ours open. Returns an `errno`.
static int start(char *const arguments[], int output, pid_t *process) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, 1);
    posix_spawn_file_actions_adddup2(&files, output, 2);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setsigmask(&how, &none);
    int error = posix_spawnp(process, arguments[0], &files, &how, arguments, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

/// Takes what there is to read, and drops what does not fit. Returns 0 at the end of the file.
static int take(int file, char *text, size_t room, size_t *count) {
    char rest[4096];
    char *place = *count < room ? text + *count : rest;
    size_t size = *count < room ? room - *count : sizeof rest;
    ssize_t more = read(file, place, size);
    if (more < 0) return errno == EINTR;
    if (*count < room) *count += (size_t)more;
    return more > 0;
}

/// Waits until the process has ended or the time is up, and reads meanwhile. Returns whether it has ended.
static int wait_for(pid_t process, int output, long deadline, char *text, size_t room, size_t *count) {
    int end = (int)syscall(SYS_pidfd_open, process, 0);
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == process) break;
        long rest = deadline - now_ms();
        if (rest <= 0) {
            if (end >= 0) close(end);
            return 0;
        }
        struct pollfd files[2] = {{.fd = output, .events = POLLIN}, {.fd = end, .events = POLLIN}};
        // Without the descriptor of a process its end is looked for now and then.
        int ready = poll(files, 2, (int)(end < 0 && rest > 20 ? 20 : rest));
        if (ready > 0 && files[0].revents && !take(output, text, room, count)) output = -1;
    }
    if (end >= 0) close(end);
    struct pollfd file = {.fd = output, .events = POLLIN};
    while (output >= 0 && poll(&file, 1, 0) > 0 && take(output, text, room, count)) continue;
    return 1;
}

struct gleaner_end gleaner_run_short(char *const arguments[], int deadline_ms, char *text, size_t room) {
    struct gleaner_end end = {0};
    int ends[2];
    long deadline = now_ms() + deadline_ms;
    if (pipe2(ends, O_CLOEXEC) != 0) return (struct gleaner_end){.error = errno};
    pid_t process = 0;
    end.error = start(arguments, ends[1], &process);
    close(ends[1]);
    if (end.error == 0) {
        end.is_late = !wait_for(process, ends[0], deadline, text, room, &end.count);
        // What it left behind goes with it; its number is its own until it is waited for.
        kill(-process, SIGKILL);
        while (waitpid(process, &end.status, 0) < 0 && errno == EINTR) continue;
    }
    close(ends[0]);
    return end;
}
