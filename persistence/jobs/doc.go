// Package jobs keeps work that touches many conversations: a row with its order,
// run in lots by one member at a time, resumed by another, with a result per item.
// A job that has ended is kept for 30 days.
package jobs
