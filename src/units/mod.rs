//! Instants, days, windows, periods, money.
