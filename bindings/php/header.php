<?php

// Prints what web servers preload, for `ffi.preload`: see README.md.

declare(strict_types=1);

require __DIR__ . '/src/Library.php';

echo Guanxi\Library::preload();
