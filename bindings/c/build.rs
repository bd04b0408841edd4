//! Names the shared library for the linker: programs ask for the name with the
//! number of the interface, which rises when an older program would no longer
//! work. And compiles the little that is C: `fcntl` takes what it is asked to.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/locks.c");
    let is_linux = std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux");
    if is_linux {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libguanxi.so.0");
        cc::Build::new().file("src/locks.c").warnings(true).compile("guanxi_locks");
    }
}
