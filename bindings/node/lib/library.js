// Finds the C library, and binds each of its functions as the header declares it.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const koffi = require('koffi');

const HERE = path.dirname(__dirname);

/** A file of the package, or where it stands in the repository. */
function header() {
  const places = [path.join(HERE, 'guanxi_ffi.h'), path.join(HERE, '..', '..', 'include', 'guanxi_ffi.h')];
  const found = places.find((place) => fs.existsSync(place));
  if (found === undefined) throw new Error('guanxi: the package has lost its file guanxi_ffi.h');
  return fs.readFileSync(found, 'utf8');
}

/** The file that GUANXI_LIBRARY names, else the one in the package, else the system's. */
function file() {
  const said = process.env.GUANXI_LIBRARY;
  if (said) return said;
  const name = { win32: 'guanxi.dll', darwin: 'libguanxi.dylib' }[process.platform] ?? 'libguanxi.so';
  const own = path.join(HERE, 'native', `${process.platform}-${process.arch}`, name);
  if (fs.existsSync(own)) return own;
  return name === 'libguanxi.so' ? 'libguanxi.so.0' : name;
}

function opened() {
  if (koffi.sizeof('void *') !== 8) throw new Error('guanxi needs a Node.js of 64 bits');
  try {
    return koffi.load(file());
  } catch (cause) {
    throw new Error(
      `guanxi: the C library was not found as \`${file()}\`: name the file in the environment variable` +
        ` GUANXI_LIBRARY (${cause.message})`,
      { cause },
    );
  }
}

const SIZES = { int32_t: 'int32_t', uint32_t: 'uint32_t', int64_t: 'int64_t', uint64_t: 'uint64_t' };
// Bytes of which there are so many; all other texts that are given back end with a NUL.
const BYTES = new Set(['gx_bytes_data', 'gx_ids_data']);

function parameter(said) {
  if (SIZES[said]) return SIZES[said];
  // What is given back through a pointer is handed over as an array of one.
  return /^gx_\w+ \*\*$/.test(said) ? koffi.out(koffi.pointer('void *')) : 'void *';
}

function returned(name, said) {
  if (SIZES[said]) return SIZES[said];
  return said === 'const char *' && !BYTES.has(name) ? 'str' : 'void *';
}

function bound() {
  const library = opened();
  const text = header();
  const functions = {};
  for (const [, gives, name, inside] of text.matchAll(/^((?:const )?\w+ \*?)\s*(gx_\w+)\(([^;]*)\);/gm)) {
    const flat = inside.replace(/\s+/g, ' ').trim();
    const takes = flat === 'void' ? [] : flat.split(', ').map((it) => parameter(it.replace(/\w+$/, '').trim()));
    functions[name] = library.func(name, returned(name, gives.trim()), takes);
  }
  const numbers = {};
  for (const [, name, value] of text.matchAll(/^enum \{ (GX_\w+) = (\d+) \};/gm)) numbers[name] = Number(value);
  for (const [, sign, name, minus, digits] of text.matchAll(/^static const (u?)int64_t (GX_\w+) = (-?)0x([0-9a-f]+)u?;/gm)) {
    const value = BigInt(`0x${digits}`);
    numbers[name] = sign ? BigInt.asUintN(64, value) : BigInt.asIntN(64, minus ? -value : value);
  }
  const version = functions.gx_version_abi();
  if (version !== numbers.GX_ABI_VERSION) {
    throw new Error(
      `guanxi was made for version ${numbers.GX_ABI_VERSION} of the C interface, and \`${file()}\` has ${version}`,
    );
  }
  return { ...functions, ...numbers };
}

/** The functions and numbers of C. */
exports.C = bound();
