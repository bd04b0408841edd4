// A second file with the header: what is in it is in the program once.
#include "guanxi.hpp"

int from_elsewhere(const guanxi::review &review);

int from_elsewhere(const guanxi::review &review) { return static_cast<int>(review.customers()); }
