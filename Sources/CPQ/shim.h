// libpq, PostgreSQL's C client. The folder is found by pkg-config.
#include <libpq-fe.h>
