// Package wirepb is the envelope between members of a cluster. It is generated
// from wire.proto; fields are only added.
package wirepb
