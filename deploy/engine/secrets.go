package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/rotation"
)

// keyPause is between two looks at the key that the installation seals with.
const keyPause = time.Second

// followKey tells the others which keys this member has, and seals with the one that
// the installation names, until ctx ends.
func (e *Engine) followKey(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(keyPause)
	defer tick.Stop()
	before, told := e.sealer.Shows(), false
	if before != 0 {
		log.Info("secrets are sealed with a key before PROSA_SECRET_KEY until prosa secrets rotate is run")
	}
	for {
		persistence.Guard(log, "follow the key", func() {
			err := persistence.FollowKey(ctx, e.Db.Pool, e.sealer, e.Member.ID())
			if errors.Is(err, persistence.ErrOtherKey) && !told {
				told = true
				log.Error("the installation seals with a key that this process has not: give it the new PROSA_SECRET_KEY, those before in PROSA_SECRET_KEYS_OLD, and start it anew", "error", err)
			}
			if now := e.sealer.Shows(); now != before {
				before = now
				log.Info("secrets are sealed with another key from now on")
			}
		})
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// RotateSecrets seals everything in the database with PROSA_SECRET_KEY, while the
// installation is at work.
func RotateSecrets(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	c, err := ParseConfig("secrets rotate", args, getenv, stderr)
	if err != nil && !errors.Is(err, ErrConfig) { // the gateway's settings do not matter here
		return err
	}
	if c.SecretKey == "" || len(c.keysBefore()) == 0 {
		return fmt.Errorf("%w: PROSA_SECRET_KEY: give the new key in it, and those before in PROSA_SECRET_KEYS_OLD; one that was generated stands in secret.key of the data folder", ErrConfig)
	}
	sealer, err := persistence.NewSealer(c.SecretKey, c.keysBefore()...)
	if err != nil {
		return fmt.Errorf("%w: PROSA_SECRET_KEY, PROSA_SECRET_KEYS_OLD: %w", ErrConfig, err)
	}
	d, err := OpenDatabase(ctx, c, slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return err
	}
	r, err := rotation.Rotate(ctx, rotation.Config{
		Pool: d.Pool, Sealer: sealer,
		Tell: func(column string, done int64) { fmt.Fprintf(stdout, "%s: %d sealed with the new key\n", column, done) },
	})
	fmt.Fprintf(stdout, "%d secrets sealed with the new key", r.Sealed)
	if err == nil {
		fmt.Fprint(stdout, "; everything is. Now start each process without PROSA_SECRET_KEYS_OLD")
	}
	fmt.Fprintln(stdout)
	return errors.Join(err, d.Close(context.WithoutCancel(ctx)))
}
