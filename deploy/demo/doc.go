// Package demo is serve -demo: an engine beside a simulated Meta in one process,
// with a cast of people and customers whose story it tells at the first start,
// over the same APIs that everybody uses.
//
// The clock on the phones' page is business time (persistence.Clock): a move is written to
// the database before the simulated Meta has it, a restart finds it, and back it does not
// go. The database of a story that is to be told stands where that begins, and is moved on
// with it.
package demo
