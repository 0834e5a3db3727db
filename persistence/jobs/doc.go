// Package jobs keeps work that touches many conversations: a row with its order,
// run in lots by one member at a time, resumed by another, with a result per item.
package jobs
