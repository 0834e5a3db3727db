// Package command is the command line: serve, migrate, tenant, operator,
// simulate and load.
package command
