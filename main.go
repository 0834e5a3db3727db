// Prosa is a WhatsApp Business conversation engine. One binary: serve, migrate,
// simulate, load.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "prosa:", err)
		os.Exit(exitCode(err))
	}
}

const usage = `Prosa is a WhatsApp Business conversation engine.

  prosa serve      run the engine (-demo: with a simulated WhatsApp and seeds)
  prosa migrate    bring the database to this release's schema
  prosa simulate   run a Meta with phones in the browser
  prosa load       measure an engine under traffic and faults

Each command lists its flags with -h. Every flag is also an environment variable.
`

// errUsage says that the command line was wrong and has been explained.
var errUsage = errors.New("see the usage above")

// exitFenced is how the process ends when the cluster has struck it off: a
// supervisor should start it anew.
const exitFenced = 70

func exitCode(err error) int {
	switch {
	case errors.Is(err, errUsage):
		return 2
	case errors.Is(err, errFenced):
		return exitFenced
	}
	return 1
}

// run is the program with its world as arguments, so that tests can call it.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return errUsage
	}
	command, rest := args[0], args[1:]
	var err error
	switch command {
	case "serve":
		err = serve(ctx, rest, getenv, stdout, stderr)
	case "migrate":
		err = migrate(ctx, rest, getenv, stdout, stderr)
	case "simulate":
		err = simulate(ctx, rest, getenv, stdout, stderr)
	case "load":
		err = runLoad(ctx, rest, getenv, stdout, stderr)
	case "help", "-h", "--help":
		fmt.Fprint(stdout, usage)
		return nil
	default:
		fmt.Fprintf(stderr, "prosa: unknown command %q\n\n%s", command, usage)
		return errUsage
	}
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return err
}
