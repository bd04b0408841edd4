<?php

declare(strict_types=1);

namespace Guanxi;

/**
 * Finds the C library and binds it.
 *
 * The library is the file that the environment variable `GUANXI_LIBRARY` names, else the one in this
 * package, else where the system looks for it. Where `ffi.preload` has bound it, that one is used.
 */
final class Library
{
    private const SCOPE = 'guanxi';

    private static ?\FFI $ffi = null;

    /** The functions of C. */
    public static function ffi(): \FFI
    {
        return self::$ffi ??= self::bound();
    }

    /** What `ffi.preload` wants to read: the header, and which library it is of. */
    public static function preload(): string
    {
        $scope = self::SCOPE;

        return "#define FFI_SCOPE \"$scope\"\n#define FFI_LIB \"" . self::file() . "\"\n" . self::header();
    }

    private static function bound(): \FFI
    {
        if (PHP_INT_SIZE !== 8) {
            throw new \RuntimeException('guanxi needs a PHP of 64 bits');
        }
        $ffi = self::preloaded() ?? self::opened();
        $version = $ffi->gx_version_abi();
        if ($version !== $ffi->GX_ABI_VERSION) {
            $made = $ffi->GX_ABI_VERSION;
            throw new \RuntimeException("guanxi was made for version $made of the C interface, and the library has $version");
        }

        return $ffi;
    }

    private static function preloaded(): ?\FFI
    {
        try {
            return \FFI::scope(self::SCOPE);
        } catch (\FFI\Exception) {
            return null;
        }
    }

    private static function opened(): \FFI
    {
        try {
            return \FFI::cdef(self::header(), self::file());
        } catch (\FFI\Exception $error) {
            throw new \RuntimeException(
                'guanxi: the C library was not found as `' . self::file() . '`, or may not be bound: name the file in the'
                . ' environment variable GUANXI_LIBRARY, and see ffi.enable (' . $error->getMessage() . ')',
                previous: $error,
            );
        }
    }

    private static function file(): string
    {
        $said = getenv('GUANXI_LIBRARY');
        if (is_string($said) && $said !== '') {
            return $said;
        }
        $name = match (PHP_OS_FAMILY) {
            'Windows' => 'guanxi.dll',
            'Darwin' => 'libguanxi.dylib',
            default => 'libguanxi.so',
        };
        $here = dirname(__DIR__) . '/lib/' . $name;

        return is_file($here) ? $here : ($name === 'libguanxi.so' ? 'libguanxi.so.0' : $name);
    }

    /**
     * The header as PHP is to read it: of a `char *` it would make a text up to the first NUL, and these
     * are bytes of which there are so many.
     */
    private static function header(): string
    {
        $bytes = ['gx_bytes_data', 'gx_ids_data'];
        $pattern = '/const char \*(?=(' . implode('|', $bytes) . ')\()/';
        $header = preg_replace($pattern, 'const uint8_t *', self::read(), -1, $found);
        if ($found !== count($bytes)) {
            throw new \RuntimeException('guanxi: guanxi_ffi.h is of another version than this package');
        }

        return $header;
    }

    /** In the package, or where it stands in the repository. */
    private static function read(): string
    {
        foreach ([dirname(__DIR__), dirname(__DIR__, 3) . '/include'] as $folder) {
            if (is_file("$folder/guanxi_ffi.h")) {
                return (string) file_get_contents("$folder/guanxi_ffi.h");
            }
        }
        throw new \RuntimeException('guanxi: the package has lost its file guanxi_ffi.h');
    }
}
