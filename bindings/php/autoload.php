<?php

// For hosts without Composer: `require 'guanxi/autoload.php';`.

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Guanxi\\')) {
        $file = __DIR__ . '/src/' . str_replace('\\', '/', substr($class, strlen('Guanxi\\'))) . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
