package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// demoBeat is one thing that happened, so long before the demo began.
type demoBeat struct {
	ago  time.Duration
	play func(ctx context.Context, t *teller, c *toldChat) error
}

// toldChat is a chat while it is told.
type toldChat struct {
	demoChat
	path   string         // of the conversation in the API, once it is there
	unseen []wa.MessageID // what the engine may not have yet
}

func (c *toldChat) numberID() wa.PhoneNumberID { return Numbers()[c.number].Id }

// teller tells the story through the front door: customers write from their
// phones, agents use the API. The clock stands where each thing happened.
type teller struct {
	sim   *simulator.Simulator
	staff []*demoClient // as demoStaff
	chats []*toldChat
	sends int // names the sends of the story
}

// storyAgo is how long before the demo its story began.
func storyAgo() (ago time.Duration) {
	for _, chat := range demoStory() {
		for _, beat := range chat.beats {
			ago = max(ago, beat.ago)
		}
	}
	return ago
}

// tell goes through the story, moment by moment, and ends in the present.
func (t *teller) tell(ctx context.Context) (err error) {
	type told struct {
		demoBeat
		chat *toldChat
	}
	var beats []told
	for _, chat := range demoStory() {
		c := &toldChat{demoChat: chat}
		t.chats = append(t.chats, c)
		for _, beat := range chat.beats {
			beats = append(beats, told{beat, c})
		}
	}
	slices.SortStableFunc(beats, func(a, b told) int { return cmp.Compare(b.ago, a.ago) })
	defer func() { err = errors.Join(err, t.goTo(0)) }()
	for i, beat := range beats {
		if i == 0 || beat.ago != beats[i-1].ago {
			if err := t.awaitQuiet(ctx); err != nil {
				return err
			}
			if err := t.goTo(beat.ago); err != nil {
				return err
			}
		}
		if err := beat.play(ctx, t, beat.chat); err != nil {
			return fmt.Errorf("tell what happened %v ago with %s: %w", beat.ago, beat.chat.phone, err)
		}
	}
	return t.awaitQuiet(ctx)
}

// goTo moves the clock on to so long before the present.
func (t *teller) goTo(ago time.Duration) error {
	if err := t.sim.Advance(-ago - t.sim.Ahead()); err != nil {
		return fmt.Errorf("go on to %v ago: %w", ago, err)
	}
	return nil
}

// awaitQuiet waits until the engine has everything that was said, and the phones
// have told how far its answers got: only then may the clock go on.
func (t *teller) awaitQuiet(ctx context.Context) error {
	if err := t.sim.WaitIdle(ctx); err != nil {
		return fmt.Errorf("wait for webhooks: %w", err)
	}
	for _, c := range t.chats {
		for len(c.unseen) > 0 {
			if err := t.look(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// look strikes off what is in the thread with its file, after finding it if need be.
func (t *teller) look(ctx context.Context, c *toldChat) error {
	if c.path == "" {
		if err := t.find(ctx, c); err != nil {
			return err
		}
	}
	if c.path != "" {
		thread, err := t.staff[asRafaela].thread(ctx, c.path)
		if err != nil {
			return err
		}
		c.unseen = slices.DeleteFunc(c.unseen, func(id wa.MessageID) bool {
			return slices.ContainsFunc(thread, func(m demoMessage) bool { return m.ID == id && m.Media.State != "wanted" })
		})
	}
	return ctx.Err()
}

// find takes the conversation of the phone's person with the number.
func (t *teller) find(ctx context.Context, c *toldChat) error {
	rows, err := t.staff[asRafaela].conversations(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(Phones(), func(p simulator.Phone) bool { return p.WaID == c.phone || p.BSUID == c.phone })
	for _, row := range rows {
		if row.Number == c.numberID() && row.Contact.Name == Phones()[at].Name {
			c.path = conversationsPath + "/" + row.ID
		}
	}
	return nil
}

// sends lets the customer send anything that a phone can; a picture or a voice
// message goes the same way as a place.
func sends(ago time.Duration, content wa.Content) demoBeat {
	return demoBeat{ago, func(_ context.Context, t *teller, c *toldChat) error { return t.fromPhone(c, content) }}
}

func (t *teller) fromPhone(c *toldChat, content wa.Content) error {
	// Who writes has read.
	if err := t.sim.OpenChat(c.phone, c.numberID()); err != nil {
		return fmt.Errorf("read as a customer: %w", err)
	}
	id, err := t.sim.SendContent(c.phone, c.numberID(), content)
	if err != nil {
		return fmt.Errorf("write as a customer: %w", err)
	}
	c.unseen = append(c.unseen, id)
	return nil
}

func says(ago time.Duration, text string) demoBeat {
	return sends(ago, wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: text}})
}

// quotes answers the last message of the team.
func quotes(ago time.Duration, text string) demoBeat {
	return demoBeat{ago, func(_ context.Context, t *teller, c *toldChat) error {
		return t.fromPhone(c, wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: text}, Quoted: t.lastOfTeam(c)})
	}}
}

func reacts(ago time.Duration, emoji string) demoBeat {
	return demoBeat{ago, func(_ context.Context, t *teller, c *toldChat) error {
		return t.fromPhone(c, wa.Content{Kind: wa.KindReaction, Reaction: &wa.Reaction{Target: t.lastOfTeam(c), Emoji: emoji}})
	}}
}

func (t *teller) lastOfTeam(c *toldChat) (id wa.MessageID) {
	for _, b := range t.sim.Messages(c.phone, c.numberID()) {
		if b.FromBusiness {
			id = b.ID
		}
	}
	return id
}

// replies answers, after claiming what nobody has, and waits for the phone.
func replies(who int, ago time.Duration, text string) demoBeat {
	return demoBeat{ago, func(ctx context.Context, t *teller, c *toldChat) error {
		if _, err := t.send(ctx, who, c, text); err != nil {
			return err
		}
		_, err := t.sim.WaitFor(ctx, c.phone, c.numberID(), func(list []simulator.Bubble) bool {
			return slices.ContainsFunc(list, func(b simulator.Bubble) bool { return b.FromBusiness && b.Text == text })
		})
		if err != nil {
			return fmt.Errorf("wait for the answer: %w", err)
		}
		return nil
	}}
}

// fails is a reply that Meta refuses.
func fails(who int, ago time.Duration, text string) demoBeat {
	return demoBeat{ago, func(ctx context.Context, t *teller, c *toldChat) error {
		t.sim.Trigger(chance.Window)
		id, err := t.send(ctx, who, c, text)
		for failed := false; err == nil && !failed; {
			var thread []demoMessage
			thread, err = t.staff[who].thread(ctx, c.path)
			failed = slices.ContainsFunc(thread, func(m demoMessage) bool { return m.ID == id && m.Status.State == "failed" })
			err = errors.Join(err, ctx.Err())
		}
		return err
	}}
}

func (t *teller) send(ctx context.Context, who int, c *toldChat, text string) (wa.MessageID, error) {
	t.sends++
	body := map[string]any{"echo_id": fmt.Sprintf("story-%d", t.sends), "text": text, "claim": true, "despite_stale": true}
	var answer struct {
		ID wa.MessageID `json:"message_id"`
	}
	err := t.staff[who].do(ctx, http.MethodPost, c.path+"/messages", body, &answer)
	return answer.ID, err
}

func notes(who int, ago time.Duration, text string) demoBeat {
	return commands(who, ago, "notes", map[string]any{"echo_id": "note-" + fmt.Sprint(ago), "text": text})
}

func passes(from, to int, ago time.Duration, note string) demoBeat {
	return demoBeat{ago, func(ctx context.Context, t *teller, c *toldChat) error {
		body := map[string]any{"agent_id": t.staff[to].id, "note": note}
		return t.staff[from].do(ctx, http.MethodPost, c.path+"/transfer", body, nil)
	}}
}

// snoozes reads what there is and puts it off.
func snoozes(who int, ago, ahead time.Duration) demoBeat {
	return demoBeat{ago, func(ctx context.Context, t *teller, c *toldChat) error {
		var seen struct {
			Version uint64 `json:"version"`
		}
		until := map[string]any{"until": time.Now().Add(ahead).Truncate(time.Hour)}
		err := t.staff[who].do(ctx, http.MethodGet, c.path, nil, &seen)
		if err == nil {
			err = t.staff[who].do(ctx, http.MethodPost, c.path+"/read", seen, nil)
		}
		if err == nil {
			err = t.staff[who].do(ctx, http.MethodPost, c.path+"/snooze", until, nil)
		}
		return err
	}}
}

func resolves(who int, ago time.Duration) demoBeat {
	return commands(who, ago, "resolve", map[string]any{})
}

func commands(who int, ago time.Duration, name string, body map[string]any) demoBeat {
	return demoBeat{ago, func(ctx context.Context, t *teller, c *toldChat) error {
		return t.staff[who].do(ctx, http.MethodPost, c.path+"/"+name, body, nil)
	}}
}
