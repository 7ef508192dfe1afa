#ifndef GLEANER_INHERITANCE_H
#define GLEANER_INHERITANCE_H

#include <spawn.h>

/// Has a program inherit nothing but its standard files: all others are closed when it starts, also those that another
/// thread opens meanwhile. What `posix_spawn_file_actions_addclosefrom_np` does, which Swift's Glibc does not show.
///
/// Returns 0 or an `errno`.
int gleaner_inherit_nothing(posix_spawn_file_actions_t *actions);

#endif
