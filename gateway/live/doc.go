// Package live keeps the sockets of browsers in step with the tenants' feeds.
//
// A hub has one stream for each tenant with sockets here; the stream follows the
// feed, sends rows to those who may see them (audience), items to those who opened
// the thread (room), and who looks at what (presence). The protocol is described
// in package gateway.
package live
