// Package api answers the requests of the REST API, by topic.
//
// A handler decodes, reads or asks a grain, and encodes; it holds no rule. Who may
// call it says the table of routes in package gateway.
package api
