// Package telemetry measures requests, orders and sockets, and keeps a panic within
// the work that it happened in.
package telemetry
