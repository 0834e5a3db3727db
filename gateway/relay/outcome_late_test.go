package relay

import (
	"context"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Meta's answer is written when the store takes it again, whatever it had against it
// as the answer came; and nothing more is sent until then.
func TestOutcomeIsWrittenWhenTheStoreIsBack(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]string{
		"away":                          `BEFORE UPDATE ON effect_send FOR EACH ROW WHEN (NEW.state = 2) EXECUTE FUNCTION refuse('58030')`,
		"broken":                        `BEFORE UPDATE ON effect_send FOR EACH STATEMENT EXECUTE FUNCTION refuse('42501')`,
		"broken, and the canary passes": `BEFORE UPDATE ON effect_send FOR EACH ROW WHEN (NEW.state = 2) EXECUTE FUNCTION refuse('42501')`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, pgtest.Pool(t), benchOptions{})
			b.Grains.Answers(func(ctx context.Context, _ string, _ proto.Message) (proto.Message, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})
			b.Exec(`CREATE SEQUENCE refusals`)
			b.Exec(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
				IF current_query() LIKE '%outcome = s.outcome%' AND nextval('refusals') < 4 THEN
					RAISE EXCEPTION 'not now' USING ERRCODE = TG_ARGV[0];
				END IF;
				RETURN NEW; END $$`)
			b.Exec(`CREATE TRIGGER refuse ` + refusal)
			b.queue("m1", byPhone, time.Hour)
			b.Eventually("the outcome is on the row", func() bool {
				return b.Count(`SELECT count(*) FROM effect WHERE state = 2 AND outcome LIKE 'RecordAccepted%wamid.1'`) == 1
			})
			if calls := b.Meta.Got(); len(calls) != 1 {
				t.Errorf("%d calls to Meta, want one", len(calls))
			}
		})
	}
}
