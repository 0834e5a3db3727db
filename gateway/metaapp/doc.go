// Package metaapp answers administrators who connect Meta apps: each has a callback
// address of its own. Secrets go in and never come out; a verify token is shown once,
// where it was made.
package metaapp
