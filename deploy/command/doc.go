// Package command is the command line: serve, migrate, simulate and load.
package command
