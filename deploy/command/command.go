package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/prosa-chat/prosa/deploy/demo"
	"github.com/prosa-chat/prosa/deploy/engine"
)

// Main is the program: it ends the process when the command has failed.
func Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := Run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "prosa:", err)
		os.Exit(ExitCode(err))
	}
}

const usage = `Prosa is a WhatsApp Business conversation engine.

  prosa serve      run the engine (-demo: with a simulated WhatsApp and seeds)
  prosa migrate    bring the database to this release's schema
  prosa secrets    rotate: seal all secrets in the database with a new key
  prosa tenant     make, limit, suspend, export, delete tenants of a running engine
  prosa app        make, list, rotate, remove Meta apps of the whole installation
  prosa operator   make, list and revoke keys of the operator's API
  prosa simulate   run a Meta with phones in the browser
  prosa load       measure an engine under traffic and faults

Each command lists its flags with -h. Every flag is also an environment variable.
`

// ExitFenced is how the process ends when the cluster has struck it off: a
// supervisor should start it anew.
const ExitFenced = 70

func ExitCode(err error) int {
	switch {
	case errors.Is(err, engine.ErrUsage):
		return 2
	case errors.Is(err, engine.ErrFenced):
		return ExitFenced
	}
	return 1
}

// Run is the program with its world as arguments, so that tests can call it.
func Run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return engine.ErrUsage
	}
	command, rest := args[0], args[1:]
	var err error
	switch command {
	case "serve":
		err = engine.Serve(ctx, demo.Serve, rest, getenv, stdout, stderr)
	case "migrate":
		err = engine.Migrate(ctx, rest, getenv, stdout, stderr)
	case "secrets":
		if len(rest) == 0 || rest[0] != "rotate" {
			fmt.Fprint(stderr, "prosa: secrets: want prosa secrets rotate\n\n"+usage)
			return engine.ErrUsage
		}
		err = engine.RotateSecrets(ctx, rest[1:], getenv, stdout, stderr)
	case "tenant":
		err = runTenant(ctx, rest, getenv, stdout, stderr)
	case "app":
		err = runApp(ctx, rest, getenv, os.Stdin, stdout, stderr)
	case "operator":
		err = runOperator(ctx, rest, getenv, stdout, stderr)
	case "simulate":
		err = simulate(ctx, rest, getenv, stdout, stderr)
	case "load":
		err = runLoad(ctx, rest, getenv, stdout, stderr)
	case "help", "-h", "--help":
		fmt.Fprint(stdout, usage)
		return nil
	default:
		fmt.Fprintf(stderr, "prosa: unknown command %q\n\n%s", command, usage)
		return engine.ErrUsage
	}
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return err
}
