/* Locks of our SQLite that belong to an open file and not to the process.
 *
 * A host may have a SQLite of its own, and open a store with it. The locks of
 * POSIX, which SQLite uses, belong to the whole process: the two copies would
 * not see each other's, and whenever one closed the file, the locks of both
 * would be gone. Rows that both had confirmed would be lost without a word.
 * So the calls of our copy come here:
 *
 *     fcntl   takes an "open file description lock" instead: it holds against
 *             everybody else, this process included, until we give it back.
 *             SQLite counts by file, not by descriptor: all of our locks on a
 *             file are on one open file.
 *     close   keeps a descriptor open for as long as somebody else has a lock on
 *             the file, because closing it would take the host's locks away
 *     open    uses what was so kept
 *
 * Where a file system or a kernel knows no such locks it is as if nothing were
 * here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A descriptor that SQLite has closed and that stays open. */
struct kept {
    struct kept *next;
    int fd;
};

/* A file that our SQLite has open, or had. */
struct file {
    struct file *next;
    struct kept *kept;
    dev_t device;
    ino_t inode;
    /* Descriptors that SQLite has open. */
    int users;
    /* Another descriptor of the open file that has all our locks, or -1. */
    int locks;
    int locks_can_write;
};

/* By inode, as a process may have thousands open. */
enum { ROWS = 1021 };
static struct file *files[ROWS];
/* Of these, files that SQLite has no more. */
static int idle;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static int can_write(int fd) {
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

static struct file **row_of(ino_t inode) { return &files[inode % ROWS]; }

static struct file *found(const struct stat *status) {
    struct file *file = *row_of(status->st_ino);
    while (file != NULL && (file->device != status->st_dev || file->inode != status->st_ino))
        file = file->next;
    return file;
}

static struct file *file_of(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 ? found(&status) : NULL;
}

/* Whether anybody but us has a lock on the file: the host, another process. */
static int has_strangers(const struct file *file, int fd) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file->locks < 0 ? fd : file->locks, F_OFD_GETLK, &lock) != 0) return 0;
    return lock.l_type != F_UNLCK;
}

static void forget(struct file *file) {
    struct file **place = row_of(file->inode);
    while (*place != file) place = &(*place)->next;
    *place = file->next;
    if (file->locks >= 0) close(file->locks);
    free(file);
}

/* Closes what was kept of a file that SQLite has no more, unless a stranger has
 * it. */
static void settle(struct file *file) {
    struct kept *kept = file->kept, *after;
    if (file->users > 0 || (kept != NULL && has_strangers(file, kept->fd))) return;
    for (; kept != NULL; kept = after) {
        after = kept->next;
        close(kept->fd);
        free(kept);
    }
    idle--;
    forget(file);
}

static void sweep(void) {
    int row;
    for (row = 0; row < ROWS && idle > 0; row++) {
        struct file *file = files[row], *next;
        for (; file != NULL; file = next) {
            next = file->next;
            settle(file);
        }
    }
}

/* A descriptor that was kept, for the same use. */
static int take_kept(struct file *file, int flags) {
    struct kept **place = &file->kept, *kept;
    while (*place != NULL && can_write((*place)->fd) != ((flags & O_ACCMODE) != O_RDONLY))
        place = &(*place)->next;
    if ((kept = *place) == NULL) return -1;
    int fd = kept->fd;
    *place = kept->next;
    free(kept);
    return fd;
}

int guanxi_sqlite_open(const char *path, int flags, int mode) {
    struct stat status;
    struct file *file = NULL;
    int fd = -1, error;
    pthread_mutex_lock(&mutex);
    if ((flags & O_EXCL) == 0 &&
        ((flags & O_NOFOLLOW) != 0 ? lstat(path, &status) : stat(path, &status)) == 0)
        file = found(&status);
    if (file != NULL) fd = take_kept(file, flags);
    if (fd < 0) fd = open(path, flags, mode);
    error = errno;
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
        file = found(&status);
        if (file == NULL && (file = calloc(1, sizeof *file)) != NULL) {
            file->device = status.st_dev;
            file->inode = status.st_ino;
            file->locks = -1;
            file->next = *row_of(file->inode);
            *row_of(file->inode) = file;
            idle++;
        }
        if (file != NULL && file->users++ == 0) idle--;
    }
    sweep();
    pthread_mutex_unlock(&mutex);
    errno = error;
    return fd;
}

int guanxi_sqlite_close(int fd) {
    struct flock nothing = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
    int result = 0, error = errno;
    struct kept *kept = NULL;
    pthread_mutex_lock(&mutex);
    struct file *file = file_of(fd);
    if (file != NULL && has_strangers(file, fd)) kept = calloc(1, sizeof *kept);
    if (kept != NULL) {
        kept->fd = fd;
        kept->next = file->kept;
        file->kept = kept;
    } else if ((result = close(fd)) != 0) {
        error = errno;
    }
    if (file != NULL && --file->users == 0) {
        /* SQLite trusts that closing gives back the last ones. */
        if (file->locks >= 0) fcntl(file->locks, F_OFD_SETLK, &nothing);
        idle++;
    }
    sweep();
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}

/* A lock as SQLite asks for it, taken or looked for on our one open file. */
static int lock_file(int fd, int command, struct flock *lock) {
    struct file *file = file_of(fd);
    int own = command == F_SETLK ? F_OFD_SETLK : F_OFD_GETLK;
    if (file != NULL && file->locks < 0) {
        file->locks = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        file->locks_can_write = can_write(fd);
    }
    /* A file that became writable since has another open file that is. */
    int has = file != NULL && file->locks >= 0 &&
              (lock->l_type != F_WRLCK || file->locks_can_write || !can_write(fd));
    lock->l_pid = 0;
    int result = fcntl(has ? file->locks : fd, own, lock);
    return result != 0 && errno == EINVAL ? fcntl(fd, command, lock) : result;
}

int guanxi_sqlite_fcntl(int fd, int command, ...) {
    va_list arguments;
    int result;
    va_start(arguments, command);
    if (command == F_SETLK || command == F_GETLK) {
        pthread_mutex_lock(&mutex);
        result = lock_file(fd, command, va_arg(arguments, struct flock *));
        int error = errno;
        pthread_mutex_unlock(&mutex);
        errno = error;
    } else {
        result = fcntl(fd, command, va_arg(arguments, int));
    }
    va_end(arguments);
    return result;
}
