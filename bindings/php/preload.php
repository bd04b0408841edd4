<?php

// For web servers, as `opcache.preload`: of all scripts only these classes may then call the library, and
// they are compiled once. See README.md.

declare(strict_types=1);

require_once __DIR__ . '/autoload.php';

foreach (glob(__DIR__ . '/src/*.php') as $file) {
    require_once $file;
}
