// A large read of a file is a copy out of the system's memory, at the speed of one processor: the team shares it.

#include "CKernels.h"
#include "team.h"

#include <errno.h>
#include <unistd.h>

enum { LEAST_BYTES = 1 << 20, PAGE = 4096 };

long ek_read_at(int file, void *to, size_t count, long offset) {
  long counts[MOST_PARTS], *found = counts, total = 0;
  size_t parts = team_parts(count, LEAST_BYTES);
  team_run(parts, ^(size_t part) {
    team_range share = team_share(count, parts, part, PAGE);
    size_t done = 0;
    found[part] = 0;
    while (done < share.count) {
      ssize_t n = pread(file, (char *)to + share.first + done, share.count - done, offset + (long)(share.first + done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) found[part] = -errno;
      if (n <= 0) return;
      done += (size_t)n;
      found[part] = (long)done;
    }
  });
  // Up to where one found less than it should.
  for (size_t part = 0; part < parts; part++) {
    if (found[part] < 0) return total > 0 ? total : found[part];
    total += found[part];
    if ((size_t)found[part] < team_share(count, parts, part, PAGE).count) break;
  }
  return total;
}
