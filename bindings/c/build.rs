//! Names the shared library for the linker: programs ask for the name with the
//! number of the interface, which rises when an older program would no longer
//! work.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_linux = std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux");
    if is_linux {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libguanxi.so.0");
    }
}
