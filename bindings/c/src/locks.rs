//! Locks on store files that a SQLite of the host in this process cannot undo;
//! `locks.c` says how.

/// Lets our SQLite lock files in this way, from now on. Called before it opens
/// the first.
#[cfg(target_os = "linux")]
pub fn install() {
    use std::ffi::{c_char, c_int};
    use std::mem::transmute;
    use std::ptr;
    use std::sync::Once;

    use rusqlite::ffi::{sqlite3_syscall_ptr, sqlite3_vfs_find};

    unsafe extern "C" {
        fn guanxi_sqlite_open(path: *const c_char, flags: c_int, mode: c_int) -> c_int;
        fn guanxi_sqlite_close(fd: c_int) -> c_int;
        fn guanxi_sqlite_fcntl(fd: c_int, command: c_int, ...) -> c_int;
    }

    /// A function as SQLite keeps it in its table, until it is called as what it is.
    type Entry = unsafe extern "C" fn();

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: pointers to functions of C are alike, and SQLite calls each by
        // name as what it was declared above.
        let calls: [(&[u8], Entry); 3] = unsafe {
            [
                (b"open\0", transmute::<*const (), Entry>(guanxi_sqlite_open as *const ())),
                (b"close\0", transmute::<*const (), Entry>(guanxi_sqlite_close as *const ())),
                (b"fcntl\0", transmute::<*const (), Entry>(guanxi_sqlite_fcntl as *const ())),
            ]
        };
        // SAFETY: null asks for the default, which lives as long as the library;
        // all of SQLite's own for this system share one table of calls.
        let system = unsafe { sqlite3_vfs_find(ptr::null()) };
        // SAFETY: as above.
        let Some(set) = (unsafe { system.as_ref() }).and_then(|system| system.xSetSystemCall)
        else {
            return;
        };
        for (name, call) in calls {
            let call: sqlite3_syscall_ptr = Some(call);
            // SAFETY: a name with its NUL; nobody has opened a file yet.
            unsafe { set(system, name.as_ptr().cast(), call) };
        }
    });
}

/// Elsewhere SQLite's own locks stay, and the header warns of a second SQLite.
#[cfg(not(target_os = "linux"))]
pub fn install() {}
