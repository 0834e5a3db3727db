package relay_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"image"
	"image/png"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/filetype"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// upload stores a file of Ana's, as the gateway does.
func (p *process) upload(t *testing.T, content []byte) wa.UploadID {
	t.Helper()
	files := uploads.New(p.pool)
	u := &uploads.Upload{TenantID: "acme", By: "ana", Name: "a.bin"}
	if err := files.Begin(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	reading, n := filetype.NewReading("", u.Name), 0
	for part := range slices.Chunk(content, uploads.Piece) {
		reading.Next(part)
		if err := files.PutPiece(t.Context(), u, n, part); err != nil {
			t.Fatal(err)
		}
		n++
	}
	f, sum := reading.File(), sha256.Sum256(content)
	u.MIME, u.Size, u.SHA256, u.Width, u.Height, u.Kinds = f.MIME, f.Size, sum[:], f.Width, f.Height, f.Kinds()
	if err := files.Keep(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// drawn is a picture of so many bytes: PNG takes what follows its end for nothing.
func drawn(t *testing.T, length int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 20, 10))); err != nil {
		t.Fatal(err)
	}
	for n := 0; out.Len() < length; n++ {
		out.WriteByte(byte(n * 7))
	}
	return out.Bytes()
}

// say is an order of Ana's to the one conversation; it returns the message's id.
func (p *process) say(t *testing.T, echo string, content wa.Content) string {
	t.Helper()
	body, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	send := &actorpb.SendMessage{
		By:     &actorpb.Actor{AgentId: "ana", Name: "Ana", TenantId: "acme", Role: actorpb.Role_ROLE_AGENT, AllTeams: true},
		EchoId: echo, Kind: string(content.Kind), Content: body, Claim: true, DespiteStale: true,
	}
	if content.Media != nil {
		send.File = content.Media.File
	}
	return p.order(t, send).MessageId
}

func (p *process) order(t *testing.T, cmd proto.Message) *actorpb.Outcome {
	t.Helper()
	answer, err := p.grains.Ask(t.Context(), wa.ConversationKind, p.grains.keys()[0], cmd)
	if err != nil || answer.(*actorpb.Outcome).Refusal != "" {
		t.Fatalf("order: %v, %v", answer, err)
	}
	return answer.(*actorpb.Outcome)
}

func file(id wa.UploadID, caption string) wa.Content {
	return wa.Content{Kind: wa.KindMedia, Media: &wa.Media{File: string(id), Caption: caption}}
}

func words(text string) wa.Content {
	return wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: text}}
}

// greeted is a process whose one customer has written.
func greeted(t *testing.T, faults chance.Faults, change ...func(*process, *relay.Config)) *process {
	t.Helper()
	p := startProcess(t, faults, onePhone(), change...)
	if _, err := p.meta.Say(person, ours, "hello"); err != nil {
		t.Fatal(err)
	}
	p.eventually(t, "the message is there", func() bool { return p.count(t, `SELECT count(*) FROM message`) == 1 })
	return p
}

// got are the texts and captions that the phone shows of ours, in their order.
func (p *process) got() (list []string) {
	for _, b := range p.meta.Messages(person, ours) {
		if b.FromBusiness {
			list = append(list, b.Text)
		}
	}
	return list
}

func (p *process) gets(t *testing.T, want ...string) {
	t.Helper()
	p.eventually(t, "the phone shows all", func() bool { return len(p.got()) >= len(want) })
	if got := p.got(); !slices.Equal(got, want) {
		t.Errorf("the phone shows %q; want %q", got, want)
	}
	p.eventually(t, "nothing is under way", func() bool { return p.count(t, `SELECT count(*) FROM effect`) == 0 })
}

// A file is brought to Meta and sent, with what was written before and behind it in
// order; the same content is not brought there twice.
func TestFilesAreUploadedAndSentInOrder(t *testing.T) {
	t.Parallel()
	p := greeted(t, nil)
	content := drawn(t, uploads.Piece+100_000)
	p.say(t, "e1", words("before"))
	p.say(t, "e2", file(p.upload(t, content), "picture"))
	p.say(t, "e3", words("behind"))
	p.gets(t, "before", "picture", "behind")
	bubble := p.meta.Messages(person, ours)[2]
	if bubble.Media != "image" || bubble.File == "" {
		t.Errorf("%+v", bubble)
	}
	p.say(t, "e4", file(p.upload(t, content), "again"))
	p.gets(t, "before", "picture", "behind", "again")
	if n := p.count(t, `SELECT count(*) FROM event WHERE type = 'FileUploaded'`); n != 1 {
		t.Errorf("brought to Meta %d times", n)
	}
	if n := p.count(t, `SELECT count(*) FROM upload WHERE expires_at IS NULL`); n != 2 {
		t.Errorf("%d uploads live with their messages", n)
	}
}

// Media that is down delays files, and no text.
func TestTextsGoPastAFileThatCannotBeUploaded(t *testing.T) {
	t.Parallel()
	p := greeted(t, chance.Faults{chance.UploadDown: 1})
	p.say(t, "e1", file(p.upload(t, drawn(t, 10)), "picture"))
	p.say(t, "e2", words("text"))
	p.eventually(t, "the text is there", func() bool { return slices.Equal(p.got(), []string{"text"}) })
	if n := p.count(t, `SELECT count(*) FROM event WHERE type = 'UploadRejected'`); n == 0 {
		t.Error("the text waited for nothing")
	}
	if err := p.meta.SetFault(chance.UploadDown, 0); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, p.pool, `UPDATE effect SET not_before = now() WHERE kind = 3`)
	p.gets(t, "text", "picture")
}

// What Meta knows no more is brought there once more.
func TestForgottenMediaIsUploadedAgain(t *testing.T) {
	t.Parallel()
	p := greeted(t, nil)
	id := p.upload(t, drawn(t, 10))
	p.say(t, "e1", file(id, "first"))
	p.gets(t, "first")
	p.meta.Trigger(chance.MediaForgotten)
	p.say(t, "e2", file(id, "second"))
	p.gets(t, "first", "second")
	if n := p.count(t, `SELECT count(*) FROM event WHERE type = 'FileUploaded'`); n != 2 {
		t.Errorf("brought to Meta %d times; want twice", n)
	}
	// A Meta that forgets whatever it is told is not asked for ever.
	if err := p.meta.SetFault(chance.MediaForgotten, 1); err != nil {
		t.Fatal(err)
	}
	failed := p.say(t, "e3", file(id, "third"))
	p.eventually(t, "it failed", func() bool {
		return p.count(t, `SELECT count(*) FROM message_status WHERE failed_at IS NOT NULL AND error_code = 100 AND message_id = '`+failed+`'`) == 1
	})
}

// A file that Meta does not take fails, with Meta's reason, and so does one that is gone.
func TestFilesThatCannotBeUploaded(t *testing.T) {
	t.Parallel()
	p := greeted(t, nil)
	lied := p.upload(t, drawn(t, 10))
	pgtest.Exec(t, p.pool, `UPDATE upload SET mime = 'image/jpeg'`)
	failed := p.say(t, "e1", file(lied, "lied"))
	p.eventually(t, "it failed", func() bool {
		return p.count(t, `SELECT count(*) FROM message_status WHERE failed_at IS NOT NULL AND error_code = 100 AND message_id = '`+failed+`'`) == 1
	})
	pgtest.Exec(t, p.pool, `CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE upload SET state = 2; RETURN NEW; END $$`)
	pgtest.Exec(t, p.pool, `CREATE TRIGGER drop_it AFTER INSERT ON upload_use FOR EACH ROW EXECUTE FUNCTION drop_it()`)
	gone := p.say(t, "e2", file(p.upload(t, drawn(t, 20)), "gone"))
	p.eventually(t, "it failed", func() bool {
		return p.count(t, `SELECT count(*) FROM message_status WHERE failed_at IS NOT NULL AND error_text LIKE '%not kept%' AND message_id = '`+gone+`'`) == 1
	})
	p.say(t, "e3", words("text"))
	p.gets(t, "text")
}

// A takeover silences what is still on its way to Meta.
func TestI04TakeoverWithAFileUnderWay(t *testing.T) {
	t.Parallel()
	p := greeted(t, chance.Faults{chance.MediaSlow: 1})
	pgtest.Exec(t, p.pool, `INSERT INTO staff (id, tenant_id, email, name, role, password_hash) VALUES ('bia', 'acme', 'bia', 'Bia', 'manager', '')`)
	p.say(t, "e1", file(p.upload(t, drawn(t, 10)), "picture"))
	p.eventually(t, "it is on its way", func() bool { return p.count(t, `SELECT count(*) FROM effect WHERE kind = 3 AND state = 1`) == 1 })
	bia := &actorpb.Actor{AgentId: "bia", Name: "Bia", TenantId: "acme", Role: actorpb.Role_ROLE_MANAGER, AllTeams: true}
	p.order(t, &actorpb.TakeOver{By: bia, Reason: "mine"})
	content, _ := json.Marshal(words("from Bia"))
	p.order(t, &actorpb.SendMessage{By: bia, EchoId: "b1", Kind: "text", Content: content, DespiteStale: true})
	p.gets(t, "from Bia")
	if n := p.count(t, `SELECT count(*) FROM message_status WHERE withdrawn_at IS NOT NULL`); n != 1 {
		t.Errorf("%d messages are withdrawn; want the picture", n)
	}
}

// A number that is paused uploads nothing, and goes on with it.
func TestPausedNumbersUploadNothing(t *testing.T) {
	t.Parallel()
	p := greeted(t, nil)
	sends := effects.NewSends(p.pool, nil)
	if err := sends.Pause(t.Context(), ours, time.Hour); err != nil {
		t.Fatal(err)
	}
	p.say(t, "e1", file(p.upload(t, drawn(t, 10)), "picture"))
	p.eventually(t, "it was put off", func() bool { return p.count(t, `SELECT count(*) FROM effect WHERE kind = 3 AND attempt > 1`) == 1 })
	if n := p.count(t, `SELECT count(*) FROM event WHERE type LIKE 'Upload%'`); n != 1 {
		t.Errorf("%d events tell of it; want the wish alone", n)
	}
	if err := sends.Resume(t.Context(), ours); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, p.pool, `UPDATE effect SET not_before = now() WHERE kind = 3`)
	p.gets(t, "picture")
}
