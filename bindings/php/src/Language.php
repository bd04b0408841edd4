<?php

declare(strict_types=1);

namespace Guanxi;

/** Of messages, hints and reasons. */
enum Language: int
{
    case English = 0;
    case Chinese = 1;
}
