//! Names the shared library for the linker: programs ask for the name with the
//! number of the interface, which rises when an older program would no longer
//! work. Tells the library with which profile it is built. And compiles the little that is C: `fcntl` takes what it is asked to.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/locks.c");
    // cargo says no profile but `debug` or `release`; the folder has its name:
    // PROFILE/build/CRATE/out
    let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let profile = out.ancestors().nth(3).and_then(std::path::Path::file_name);
    let profile = profile.map_or("".into(), std::ffi::OsStr::to_string_lossy);
    println!("cargo::rustc-env=GUANXI_PROFILE={profile}");
    let is_linux = std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux");
    if is_linux {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libguanxi.so.0");
        cc::Build::new().file("src/locks.c").warnings(true).compile("guanxi_locks");
    }
}
