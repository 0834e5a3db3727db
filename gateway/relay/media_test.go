package relay_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

const person = "5511987650001"

func onePhone() []simulator.Phone { return []simulator.Phone{{WaID: person, Name: "Person"}} }

// state waits until the file of a message is in a state, recorded by its
// conversation if it is an end.
func (p *process) becomes(t *testing.T, id wa.MessageID, state media.State) (reason string) {
	t.Helper()
	p.eventually(t, "the file of "+string(id)+" is "+string(state), func() bool {
		var is media.State
		var untold bool
		err := p.pool.QueryRow(t.Context(), `SELECT coalesce((SELECT state FROM media WHERE message_id = $1), 'wanted'),
			coalesce((SELECT reason FROM media WHERE message_id = $1), ''), EXISTS (SELECT FROM effect WHERE kind = 2 AND id = $1)`, id).
			Scan(&is, &reason, &untold)
		return err == nil && is == state && untold == (state == media.Wanted)
	})
	return reason
}

func (p *process) file(t *testing.T, id wa.MessageID) []byte {
	t.Helper()
	key, err := wa.ParseConversationKey(p.grains.keys()[0])
	if err != nil {
		t.Fatal(err)
	}
	inbox := inbox.New(p.pool)
	f, err := inbox.OpenMedia(t.Context(), persistence.Scope{TenantID: "acme", AllTeams: true}, key, id)
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for n := 0; len(all) < int(f.Size); n++ {
		part, err := inbox.MediaPart(t.Context(), &f, n, 0, media.Piece)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, part...)
	}
	return all
}

// Each tenant's files are kept for as long as it wants, or as the installation says. Where
// what a tenant wants is not known none is removed.
func TestFilesAreKeptAsLongAsTheirTenantWants(t *testing.T) {
	t.Parallel()
	p := startProcess(t, nil, nil, func(p *process, c *relay.Config) {
		pgtest.Exec(t, p.pool, `INSERT INTO tenant (id, name) VALUES ('short', ''), ('ever', ''), ('odd', '')`)
		pgtest.Exec(t, p.pool, `INSERT INTO team (tenant_id, id, name) SELECT id, 'sales', '' FROM tenant ON CONFLICT DO NOTHING`)
		pgtest.Exec(t, p.pool, `INSERT INTO account (id, tenant_id, portfolio_id) SELECT id, id, id FROM tenant WHERE id <> 'acme'`)
		pgtest.Exec(t, p.pool, `INSERT INTO phone_number (id, tenant_id, account_id, team_id, display)
			SELECT 'number of ' || id, id, id, 'sales', '' FROM tenant WHERE id <> 'acme'`)
		pgtest.Exec(t, p.pool, `INSERT INTO media (phone_number_id, message_id, contact_id, media_id, mime, sha256, file_name, wanted_at, state, size, attempt, changed_at)
			SELECT id, age, 'c', 'm', 'image/png', '', '', now(), 'kept', 1, 1, now() - age * interval '1 day' FROM phone_number, generate_series(5, 95, 10) AS age`)
		docs := config.New(p.pool, setting.NewKinds(setting.Defaults{MediaDays: 90}))
		for tenant, days := range map[wa.TenantID]int{"short": 30, "ever": 0, "odd": 1} {
			body := fmt.Appendf(nil, `{"keep_days": %d}`, days)
			if _, err := docs.Publish(t.Context(), config.Publication{TenantID: tenant, Kind: "media", Body: body}); err != nil {
				t.Fatal(err)
			}
		}
		pgtest.Exec(t, p.pool, `UPDATE config SET effective_from = now()`)
		pgtest.Exec(t, p.pool, `UPDATE config SET body = '{"keep_days": 1, "except": "voice"}' WHERE tenant_id = 'odd'`)
		clock := time.Now()
		cache := config.NewCache(docs, func() time.Time { return clock }, slog.New(slog.DiscardHandler))
		c.MediaAge = func(tenant wa.TenantID) (time.Duration, error) {
			m, _, err := config.Held(cache, docs.Kinds().Media, tenant)
			return m.Age(), err
		}
		if age, err := c.MediaAge("short"); !errors.Is(err, config.ErrBehind) {
			t.Errorf("before anything was read: %s, %v", age, err)
		}
		if err := cache.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	kept := map[string]int{"number of short": 3, "number of ever": 10, "number of odd": 10, string(ours): 9}
	for number, want := range kept {
		p.eventually(t, fmt.Sprint(want, " files of ", number), func() bool {
			return pgtest.Count(t, p.pool, `SELECT count(*) FROM media WHERE state = 'kept' AND phone_number_id = $1`, number) == int64(want)
		})
	}
	if n := p.count(t, `SELECT count(*) FROM media WHERE state = 'kept'`); n != 32 {
		t.Errorf("%d files are kept in all", n)
	}
}

// A store that was away when a fetch ended does not cost the file its lease.
func TestFileIsKeptWhenTheStoreIsBack(t *testing.T) {
	t.Parallel()
	p := startProcess(t, nil, onePhone())
	for _, sql := range []string{
		`CREATE SEQUENCE refusals`,
		`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('refusals') < 4 THEN RAISE EXCEPTION 'the disk is away' USING ERRCODE = '58030'; END IF;
			RETURN NEW; END $$`,
		`CREATE TRIGGER refuse BEFORE INSERT ON media FOR EACH ROW WHEN (NEW.state = 'kept') EXECUTE FUNCTION refuse()`,
	} {
		if _, err := p.pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	id, err := p.meta.SendFile(person, ours, wa.Media{Type: "image", MIME: "image/png"}, []byte("\x89PNG"))
	if err != nil {
		t.Fatal(err)
	}
	p.becomes(t, id, media.Kept)
}

func TestFilesAreFetchedAndKept(t *testing.T) {
	t.Parallel()
	// Each comes twice, and the first download does not find it.
	p := startProcess(t, chance.Faults{chance.Duplicate: 1}, onePhone())
	p.meta.Trigger(chance.MediaGone)
	p.meta.Trigger(chance.MediaDamaged)
	content := slices.Concat(bytes.Repeat([]byte{0xff, 0x00, 0x47}, 700_000), []byte("the end"))
	id, err := p.meta.SendFile(person, ours, wa.Media{Type: "document", MIME: "application/zip", FileName: "a.zip"}, content)
	if err != nil {
		t.Fatal(err)
	}
	p.becomes(t, id, media.Kept)
	if got := p.file(t, id); !bytes.Equal(got, content) {
		t.Errorf("kept %d bytes; want the %d that were sent", len(got), len(content))
	}
	for _, kind := range []string{"image", "audio", "video", "sticker"} {
		id, err := p.meta.SendContent(person, ours, wa.Content{Kind: wa.KindMedia, Media: &wa.Media{Type: kind}})
		if err != nil {
			t.Fatal(err)
		}
		p.becomes(t, id, media.Kept)
	}
	if n := p.count(t, `SELECT count(*) FROM event WHERE type = 'MediaRecorded'`); n != 5 {
		t.Errorf("%d files recorded by the conversation; want each of 5 once", n)
	}
	if n := p.count(t, `SELECT count(*) FROM media_chunk c JOIN media m USING (phone_number_id, message_id) WHERE c.attempt <> m.attempt`); n != 0 {
		t.Errorf("%d pieces of failed attempts were left", n)
	}
}

func TestFilesThatCannotBeKept(t *testing.T) {
	t.Parallel()
	picture := func(m wa.Media) wa.Content { return wa.Content{Kind: wa.KindMedia, Media: &m} }
	for name, c := range map[string]struct {
		faults  chance.Faults
		content wa.Content
		bytes   int
		want    wa.MediaReason
	}{
		"unknown to Meta": {content: picture(wa.Media{Type: "image", ID: "404404404", MIME: "image/jpeg"}), want: wa.MediaGone},
		"damaged": {
			faults: chance.Faults{chance.MediaDamaged: 1}, content: picture(wa.Media{Type: "image"}), want: wa.MediaDamaged,
		},
		"too large": {content: picture(wa.Media{Type: "document", MIME: "application/zip"}), bytes: fileLimit + 1, want: wa.MediaTooLarge},
		"never found": {
			faults: chance.Faults{chance.MediaGone: 1}, content: picture(wa.Media{Type: "image"}), want: wa.MediaUnavailable,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startProcess(t, c.faults, onePhone())
			var id wa.MessageID
			var err error
			if c.bytes > 0 {
				id, err = p.meta.SendFile(person, ours, *c.content.Media, make([]byte, c.bytes))
			} else {
				id, err = p.meta.SendContent(person, ours, c.content)
			}
			if err != nil {
				t.Fatal(err)
			}
			if reason := p.becomes(t, id, media.Failed); reason != string(c.want) {
				t.Errorf("failed because %q; want %q", reason, c.want)
			}
			if n := p.count(t, `SELECT count(*) FROM media_chunk`); n != 0 {
				t.Errorf("%d pieces of a failed file were left", n)
			}
		})
	}
}

// A file that hangs keeps nobody waiting.
func TestSlowFilesDelayNoTexts(t *testing.T) {
	t.Parallel()
	p := startProcess(t, chance.Faults{chance.MediaSlow: 1}, onePhone())
	id, err := p.meta.SendContent(person, ours, wa.Content{Kind: wa.KindMedia, Media: &wa.Media{Type: "image"}})
	if err != nil {
		t.Fatal(err)
	}
	p.becomes(t, id, media.Wanted)
	if _, err := p.meta.Say(person, ours, "did you see it?"); err != nil {
		t.Fatal(err)
	}
	p.eventually(t, "the text is there", func() bool { return p.count(t, `SELECT count(*) FROM message WHERE kind = 'text'`) == 1 })
	p.becomes(t, id, media.Kept)
}
