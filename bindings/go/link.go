//go:build !guanxi_pkgconfig

package guanxi

// #cgo LDFLAGS: -lguanxi
import "C"
