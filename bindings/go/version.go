package guanxi

// #include "bridge.h"
import "C"

// Version gives the version of the library that is loaded: "0.1.0".
func Version() string { return C.GoString(C.gx_version_text()) }

// VersionNumber gives the same as a number: major * 1000000 + minor * 1000 + patch.
func VersionNumber() uint32 { return uint32(C.gx_version_number()) }

// Build says how the library was built: version, abi, semantics (the version of the
// meaning of answers), target, profile and features.
func Build() (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_version_build(out, fail)
	})
}

// Schema gives the JSON Schema (draft 2020-12) of playbooks, for editors, with a
// description of every key in English and Chinese.
func Schema() (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_playbook_schema(out, fail)
	})
}
