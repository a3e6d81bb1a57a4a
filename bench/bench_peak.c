/* bench_peak COMMAND ARGUMENT...: runs it with its output thrown away and prints "NANOSECONDS PEAK_BYTES":
 * the time from fork to exit, and the largest resident set, as the kernel reports it to wait4(2). It counts
 * what files are mapped, too. The process that forks is this small one, because a child's figure begins with
 * its parent's. */
#include "bench.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(char **command)
{
    int nothing = open("/dev/null", O_WRONLY);
    if (nothing >= 0 && dup2(nothing, STDOUT_FILENO) >= 0) execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

int main(int argc, char **argv)
{
    struct rusage usage;
    int status;
    if (argc < 2) return 2;
    uint64_t start_ns = bench_now_ns();
    pid_t child = fork();
    if (child == 0) run(argv + 1);
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("bench_peak");
        return 1;
    }
    printf("%llu %lld\n", (unsigned long long)(bench_now_ns() - start_ns), (long long)usage.ru_maxrss * 1024);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
