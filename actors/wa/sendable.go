package wa

import (
	"encoding/json"
	"math"
	"strings"
	"unicode/utf8"
)

// Sendable says why this content may not be sent as a message of ours, or nil: the
// limits that Meta checks, checked before the call. Beyond what texts and templates
// have, its errors are *LimitError, which name the field.
func (c *Content) Sendable() error {
	switch c.Kind {
	case KindText:
		switch {
		case c.Text == nil || !Visible(c.Text.Body):
			return ErrEmptyText
		case utf8.RuneCountInString(c.Text.Body) > MaxTextLength:
			return ErrTextTooLong
		}
		return nil
	case KindTemplate:
		return c.Template.sendable()
	case KindMedia:
		return c.Media.sendable("media")
	case KindLocation:
		return c.Location.sendable()
	case KindContacts:
		return sendableCards(c.Contacts, c.Raw)
	case KindReaction:
		return c.Reaction.sendable()
	case KindInteractive:
		return c.Prompt.sendable()
	}
	return ErrNotSendable
}

// Attachment is the file that goes with a message of ours, nil if there is none.
func (c *Content) Attachment() *Media {
	switch {
	case c.Media != nil:
		return c.Media
	case c.Prompt != nil:
		return c.Prompt.Media
	}
	return nil
}

func (m *Media) sendable(field string) error {
	if m == nil {
		return missing(field, "give the file to send")
	}
	switch m.Type {
	case "image", "video", "document":
	case "audio", "sticker":
		if m.Caption != "" {
			return &LimitError{Rule: RuleNotNeeded, Field: field + ".caption", Remedy: "WhatsApp shows no caption with " + m.Type + ": send the words as a text"}
		}
	default:
		return badValue(field+".type", "want image, video, audio, document or sticker")
	}
	named := 0
	for _, of := range []string{m.File, m.ID, m.Link} {
		if of != "" {
			named++
		}
	}
	switch {
	case named == 0:
		return missing(field+".file", "name the uploaded file")
	case named > 1:
		return badValue(field+".file", "name the file once: by file, id or link")
	case m.Voice && m.Type != "audio":
		return badValue(field+".voice", "only audio is a voice message")
	}
	return firstOf(
		sendableLink(field+".link", m.Link),
		wording(field+".caption", m.Caption, MaxCaption, false),
		wording(field+".file_name", m.FileName, maxFileName, false),
	)
}

// sendableLink wants an address that Meta can open; "" is none.
func sendableLink(field, link string) error {
	if link == "" {
		return nil
	}
	rest, secure := strings.CutPrefix(link, "https://")
	if !secure {
		rest, _ = strings.CutPrefix(link, "http://")
	}
	host, _, _ := strings.Cut(rest, "/")
	if rest == link || !Visible(host) || strings.ContainsFunc(link, unseenInLink) {
		return badValue(field, "want an address that begins with https://")
	}
	return wording(field, link, maxLinkLength, true)
}

func unseenInLink(r rune) bool { return r <= ' ' || r == 0x7f }

func (l *Location) sendable() error {
	switch {
	case l == nil:
		return missing("location", "give latitude and longitude")
	case math.IsNaN(l.Latitude) || l.Latitude < -90 || l.Latitude > 90:
		return badValue("location.latitude", "want degrees from -90 to 90")
	case math.IsNaN(l.Longitude) || l.Longitude < -180 || l.Longitude > 180:
		return badValue("location.longitude", "want degrees from -180 to 180")
	}
	return firstOf(
		wording("location.name", l.Name, maxPlace, false),
		wording("location.address", l.Address, maxPlace, false),
	)
}

// sendableCards checks contacts: as we write them, or as Meta's own objects, which
// the cards were read from.
func sendableCards(cards []Card, raw json.RawMessage) error {
	switch {
	case len(cards) == 0:
		return missing("contacts", "give at least one contact")
	case len(cards) > maxCards:
		return tooMany("contacts", maxCards, "contacts in one message")
	case len(raw) > maxContactBytes:
		return &LimitError{Rule: RuleTooLong, Field: "contacts", Limit: maxContactBytes, Remedy: "more than 64 KiB: send fewer at a time"}
	}
	for n := range cards {
		field := nth("contacts", n)
		if err := wording(field+".name", cards[n].Name, maxPlace, true); err != nil {
			return err
		}
		if len(cards[n].Phones) > maxCardEntries || len(cards[n].Emails) > maxCardEntries {
			return tooMany(field, maxCardEntries, "telephone numbers or addresses of one contact")
		}
		for _, list := range [][]CardEntry{cards[n].Phones, cards[n].Emails} {
			for _, entry := range list {
				if err := wording(field, entry.Value, maxPlace, true); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *Reaction) sendable() error {
	switch {
	case r == nil || r.Target == "":
		return missing("reaction.target", "name the message to react to")
	case r.Emoji != "" && !oneEmoji(r.Emoji):
		return badValue("reaction.emoji", "want one emoji, or none to take the reaction back")
	}
	return nil
}

// oneEmoji is no full judge of emoji, of which there are new ones each year: one
// sign that is no letter, figure or space, with what joins and colours it.
func oneEmoji(s string) bool {
	const (
		joiner, keycap = 0x200d, 0x20e3
		longest        = 12
	)
	if utf8.RuneCountInString(s) > longest || !utf8.ValidString(s) {
		return false
	}
	signs, joined, flags := 0, false, 0
	for _, r := range s {
		switch {
		case r == joiner:
			joined = true
			continue
		case r == 0xfe0e || r == 0xfe0f || r == keycap || r >= 0x1f3fb && r <= 0x1f3ff && signs > 0 || r >= 0xe0020 && r <= 0xe007f:
			continue
		case r >= 0x1f1e6 && r <= 0x1f1ff:
			flags++
			continue
		case r < 0x80 && !strings.ContainsRune(s, keycap), r >= 0x80 && r < 0xa9:
			return false
		}
		if !joined {
			signs++
		}
		joined = false
	}
	return signs == 1 && flags == 0 || signs == 0 && flags == 2
}
