package ledger

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// EffectKind is a sort of what a commit asks of the world.
type EffectKind int16

// Kinds of effects, as stored. A number is never used for another one.
const (
	EffectSend   EffectKind = 1 // a message for Meta, by the pace of its number; its id is the message's
	EffectFile   EffectKind = 2 // the file of a message, to be fetched; its id is the message's, its body a File
	EffectUpload EffectKind = 3 // the file of a message of ours, to be brought to Meta; its id is the message's, its body an Upload
)

// EffectRef names one attempt at an effect.
type EffectRef struct {
	Kind    EffectKind
	Scope   string // a number, or a tenant where there is none: the trouble of one is not the others'
	ID      string // unique in its scope
	Attempt int32  // 1 at first; a later one fences earlier ones off
}

// Effect is what an append asks of the world. It is carried out by some member
// after the commit; the grain of the append is told how it ended, by one command,
// until an append of it names the attempt among its Done.
type Effect struct {
	EffectRef
	Class          int16 // of a send: its lane, actorpb.MessageClass
	OwnerEpoch     uint64
	TurnEpoch      uint64
	NotBefore      time.Time
	WindowClosesAt time.Time // zero: it needs no window
	Body           []byte    // what its executor must know beyond the rest, MaxEffectBody at most
}

// MaxEffectBody bounds what a row of an effect carries: rows are claimed by the hundred,
// and a claim reads them all.
const MaxEffectBody = 16 << 10

// CheckEffects says what an append may not ask of the world. It names the effect and the
// remedy; the error is of whoever wrote the grain or the executor, for what people and
// customers say is bounded where it comes in.
func CheckEffects(effects []Effect) error {
	for i := range effects {
		if e := &effects[i]; len(e.Body) > MaxEffectBody {
			return fmt.Errorf("the body of effect %q of kind %d has %d bytes, the limit is %d; remedy: store what is long in a table of its own and let the body name its row",
				e.ID, e.Kind, len(e.Body), MaxEffectBody)
		}
	}
	return nil
}

// Check refuses a withdrawal of anything but sends.
func (w *Withdrawal) Check() error {
	if w == nil {
		return nil
	}
	for _, ref := range w.Effects {
		if ref.Kind != EffectSend {
			return fmt.Errorf("effect %q of kind %d is to be withdrawn, and only sends can be; remedy: let its executor find out that it is not wanted any more",
				ref.ID, ref.Kind)
		}
	}
	return nil
}

// EffectState is how far an effect is.
type EffectState int16

// States of an effect, as stored. All but the first two are ends, which the grain
// is told until it has recorded them.
const (
	EffectQueued    EffectState = 0
	EffectClaimed   EffectState = 1 // by a member, as long as that lives
	EffectEnded     EffectState = 2 // its executor said how
	EffectLost      EffectState = 3 // claimed by a member that died; it may have happened
	EffectWithdrawn EffectState = 4 // by an append, before anybody claimed it
	EffectExpired   EffectState = 5 // its window closed before anybody claimed it
)

// Withdrawal asks an append to withdraw sends that nobody has claimed yet, if
// their owner epoch is older. A claimed one is skipped: its outcome will come.
//
// Sends alone can be withdrawn. They are words of an owner, whom a takeover silences, and
// have his epoch; a grain has a command for one that was withdrawn. All else that a commit
// asks of the world is nobody's, and its grain would never hear what became of it.
type Withdrawal struct {
	OwnerEpochBelow uint64
	Effects         []EffectRef
}

// File is what is known of the file of a message that is wanted. Meta's words are
// untrusted.
type File struct {
	MediaID  string    `json:"media_id"` // Meta's
	MIME     string    `json:"mime"`
	SHA256   string    `json:"sha256"`    // hex or base64; "" when it was not told
	Name     string    `json:"file_name"` // the customer's words
	WantedAt time.Time `json:"wanted_at"` // for the first time
}

// Body is the file as the body of its effect. SQL writes and reads it as well.
func (f *File) Body() []byte { return encoded(f) }

// ReadFile reads a body. One that cannot be read is no file of ours.
func ReadFile(body []byte) (f File, err error) {
	if err := json.Unmarshal(body, &f); err != nil {
		return File{}, fmt.Errorf("read file of an effect: %w", err)
	}
	return f, nil
}

// Upload is what is known of a file that is to be brought to Meta.
type Upload struct {
	File wa.UploadID `json:"file"`
	// InsteadOf is a media id of the same file that Meta knows no more.
	InsteadOf string `json:"instead_of,omitempty"`
}

// Body is the upload as the body of its effect.
func (u *Upload) Body() []byte { return encoded(u) }

// ReadUpload reads a body.
func ReadUpload(body []byte) (u Upload, err error) {
	if err := json.Unmarshal(body, &u); err != nil {
		return Upload{}, fmt.Errorf("read upload of an effect: %w", err)
	}
	return u, nil
}

// Send is what an attempt to send must know beyond its message. Most need nothing, and
// have no body.
type Send struct {
	MediaID string `json:"media_id,omitempty"` // Meta's, of the file that the message sends
}

// Body is the send as the body of its effect.
func (s *Send) Body() []byte {
	if *s == (Send{}) {
		return nil
	}
	return encoded(s)
}

// ReadSend reads a body.
func ReadSend(body []byte) (s Send, err error) {
	if len(body) == 0 {
		return Send{}, nil
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return Send{}, fmt.Errorf("read send of an effect: %w", err)
	}
	return s, nil
}

// encoded is of what holds texts and times alone.
func encoded(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic("a body of an effect cannot be encoded: " + err.Error())
	}
	return body
}

// GrainName is how the store names the grain that is told of an effect in a scope:
// a conversation by its contact, for its number is the scope; else kind:key.
func GrainName(kind, key, scope string) string {
	if contact, ours := strings.CutPrefix(key, scope+":"); ours && kind == wa.ConversationKind {
		return contact
	}
	return kind + ":" + key
}

// GrainOf reads what GrainName wrote. A contact's id has no colon.
func GrainOf(name, scope string) (kind, key string) {
	if kind, key, named := strings.Cut(name, ":"); named {
		return kind, key
	}
	return wa.ConversationKind, wa.ConversationKey{PhoneNumberID: wa.PhoneNumberID(scope), ContactID: wa.ContactID(name)}.String()
}
