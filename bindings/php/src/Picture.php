<?php

declare(strict_types=1);

namespace Guanxi;

/** How a machine is drawn: for a browser, or as the text of a diagram. */
enum Picture: int
{
    case Svg = 0;
    case Mermaid = 1;
    case Dot = 2;
}
