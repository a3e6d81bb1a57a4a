#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The child's standard input is /dev/null, its output goes to `out` or, if that is -1, to the file. */
static int spawn(pid_t *pid, char *const arguments[], char *const environment[], const char *log, int out,
                 bool session)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&files) != 0) return ENOMEM;
    if (posix_spawnattr_init(&attributes) != 0) return ENOMEM;
    int cause = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    if (cause == 0 && out >= 0) cause = posix_spawn_file_actions_adddup2(&files, out, 1);
    if (cause == 0 && out < 0)
        cause = posix_spawn_file_actions_addopen(&files, 1, log != NULL ? log : "/dev/null",
                                                 O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (cause == 0 && out < 0) cause = posix_spawn_file_actions_adddup2(&files, 1, 2);
    if (cause == 0 && session) cause = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    if (cause == 0) cause = posix_spawnp(pid, arguments[0], &files, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return cause;
}

static enum roam_err explain(int cause, const char *program, struct roam_diag *diag)
{
    return roam_diag(diag, cause == ENOENT ? ROAM_E_NOTFOUND : ROAM_E_IO, "%s: %s", program, strerror(cause));
}

static enum roam_err wait_for(pid_t pid, const char *program, const char *log, struct roam_diag *diag)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return explain(errno, program, diag);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_IO, "%s ended with status %d%s%s", program,
                     WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                     log != NULL ? "; see " : "", log != NULL ? log : "");
}

enum roam_err process_run(char *const arguments[], const char *log, struct roam_diag *diag)
{
    pid_t pid;
    const int cause = spawn(&pid, arguments, environ, log, -1, false);
    if (cause != 0) return explain(cause, arguments[0], diag);
    return wait_for(pid, arguments[0], log, diag);
}

enum roam_err process_start(pid_t *out, char *const arguments[], const char *environment, const char *log,
                            struct roam_diag *diag)
{
    size_t count = 0;
    while (environ[count] != NULL) count++;
    char **variables = calloc(count + 2, sizeof *variables);
    if (variables == NULL) return ROAM_E_NOMEM;
    variables[0] = (char *)(uintptr_t)environment; /* the first of a name counts */
    memcpy(variables + (environment != NULL), environ, count * sizeof *variables);
    const int cause = spawn(out, arguments, variables, log, -1, true);
    free(variables);
    return cause == 0 ? ROAM_OK : explain(cause, arguments[0], diag);
}

static size_t read_all(int fd, char *out, size_t size)
{
    size_t total = 0;
    for (ssize_t n; total < size && (n = read(fd, out + total, size - total)) != 0;)
        if (n > 0)
            total += (size_t)n;
        else if (errno != EINTR)
            break;
    return total;
}

enum roam_err process_read(char *const arguments[], char *out, size_t size, struct roam_diag *diag)
{
    int ends[2];
    pid_t pid;
    if (pipe2(ends, O_CLOEXEC) != 0) return explain(errno, arguments[0], diag);
    const int cause = spawn(&pid, arguments, environ, NULL, ends[1], false);
    close(ends[1]);
    size_t total = cause == 0 ? read_all(ends[0], out, size) : 0;
    close(ends[0]);
    if (cause != 0) return explain(cause, arguments[0], diag);
    ROAM_TRY(wait_for(pid, arguments[0], NULL, diag));
    if (total == size) return ROAM_E_LIMIT;
    while (total > 0 && out[total - 1] == '\n') total--;
    out[total] = '\0';
    return ROAM_OK;
}

/* A process that has ended has a line in /proc until its parent asks for its status. */
bool process_lives(pid_t pid, const char *program)
{
    char path[64], line[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) return false;
    const bool read_line = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    const char *name = strchr(line, '('), *behind = strrchr(line, ')'); /* PID (NAME) STATE ... */
    if (!read_line || name == NULL || behind == NULL || behind[1] != ' ') return false;
    const size_t length = (size_t)(behind - name) - 1;
    if (length != strlen(program) || memcmp(name + 1, program, length) != 0) return false;
    const bool ended = behind[2] == 'Z' || behind[2] == 'X';
    return waitpid(pid, NULL, WNOHANG) != pid && !ended;
}

bool process_end(pid_t pid, const char *program, int signal_number, unsigned timeout_ms)
{
    const struct timespec pause = {0, 10L * 1000 * 1000};
    if (process_lives(pid, program)) kill(pid, signal_number);
    for (unsigned waited_ms = 0; process_lives(pid, program); waited_ms += 10) {
        if (waited_ms >= timeout_ms) return false;
        nanosleep(&pause, NULL);
    }
    return true;
}
