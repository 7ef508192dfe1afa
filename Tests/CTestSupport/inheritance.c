#define _GNU_SOURCE
#include "inheritance.h"

int gleaner_inherit_nothing(posix_spawn_file_actions_t *actions) {
    return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}
