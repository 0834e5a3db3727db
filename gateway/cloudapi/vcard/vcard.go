// Package vcard reads the cards of contacts that customers share.
package vcard

import (
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// AddEntry adds a telephone or an address, if it says anything.
func AddEntry(list []wa.CardEntry, value, kind string) []wa.CardEntry {
	if value = strings.TrimSpace(value); value == "" {
		return list
	}
	return append(list, wa.CardEntry{Value: value, Type: strings.TrimSpace(kind)})
}

// Joined are the parts that say something, on one line.
func Joined[S ~string](between string, parts ...S) string {
	var said []string
	for _, part := range parts {
		if text := strings.Join(strings.Fields(string(part)), " "); wa.Visible(text) {
			said = append(said, text)
		}
	}
	return strings.Join(said, between)
}

// Read reads of a vCard (RFC 6350 and its older forms) what a card shows; nil
// without one.
func Read(text string) *wa.Card {
	if text == "" {
		return nil
	}
	var c wa.Card
	var family string
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	text = strings.NewReplacer("\n ", "", "\n\t", "").Replace(text) // unfolded
	for line := range strings.Lines(text) {
		head, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		key, parameters, _ := strings.Cut(head, ";")
		key = strings.ToUpper(key[strings.LastIndexByte(key, '.')+1:]) // without its group
		switch key {
		case "FN":
			c.Name = unescaped(value)
		case "N":
			family = unescaped(inOrder(value))
		case "ORG":
			c.Organisation = unescaped(strings.Join(strings.FieldsFunc(value, func(r rune) bool { return r == ';' }), ", "))
		case "TEL":
			c.Phones = AddEntry(c.Phones, strings.TrimPrefix(unescaped(value), "tel:"), typeOf(parameters))
		case "EMAIL":
			c.Emails = AddEntry(c.Emails, unescaped(value), typeOf(parameters))
		}
	}
	if c.Name == "" {
		c.Name = family
	}
	return &c
}

// inOrder turns family;given;middle;prefix;suffix into a name as people say it.
func inOrder(n string) string {
	parts := append(strings.Split(n, ";"), "", "", "", "", "")
	return Joined(" ", parts[3], parts[1], parts[2], parts[0], parts[4])
}

func unescaped(value string) string {
	return strings.TrimSpace(strings.NewReplacer(`\,`, ",", `\;`, ";", `\n`, " ", `\N`, " ", `\\`, `\`).Replace(value))
}

// typeOf is the first kind among a line's parameters.
func typeOf(parameters string) string {
	for part := range strings.SplitSeq(parameters, ";") {
		key, value, named := strings.Cut(part, "=")
		switch {
		case !named:
			return strings.ToUpper(key)
		case strings.EqualFold(key, "TYPE"):
			first, _, _ := strings.Cut(value, ",")
			return strings.ToUpper(strings.Trim(first, `"`))
		}
	}
	return ""
}
