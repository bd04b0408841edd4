//go:build guanxi_pkgconfig

package guanxi

// #cgo pkg-config: guanxi
import "C"
