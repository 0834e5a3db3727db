package main

import (
	"fmt"
	"strings"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/view"
)

const viewsHeader = `// Code generated from actorpb.Views and wa's windows by deploy/tools/openapi. DO NOT EDIT.
// What stands in a view, and how a window stands.

/** @typedef {{phases: readonly string[], owner: ''|'me'|'nobody'}} ViewRule */

/** The views, in the order in which people see them. @type {Readonly<Record<string, ViewRule>>} */
export const viewRules = {
`

// views are the rules by which the page keeps its lists.
func views() []byte {
	var b strings.Builder
	b.WriteString(viewsHeader)
	for _, rule := range actorpb.Views() {
		phases := make([]string, len(rule.Phases))
		for n, phase := range rule.Phases {
			phases[n] = "'" + view.PhaseName(phase) + "'"
		}
		fmt.Fprintf(&b, "  %s: { phases: [%s], owner: '%s' },\n", rule.View, strings.Join(phases, ", "), rule.Owner)
	}
	b.WriteString("};\n\n")
	fmt.Fprintf(&b, "/** @type {readonly string[]} */\nexport const windows = ['%s', '%s', '%s'];\n",
		wa.WindowOpen, wa.WindowClosing, wa.WindowClosed)
	b.WriteString("\n/** What is decided so near the close, in milliseconds, is refused: it could not leave any more. */\n")
	fmt.Fprintf(&b, "export const windowMargin = %d;\n", wa.DecideMargin.Milliseconds())
	b.WriteString("\n/** A window that closes within so many milliseconds is closing. */\n")
	fmt.Fprintf(&b, "export const windowClosing = %d;\n", wa.ClosingWithin.Milliseconds())
	return []byte(b.String())
}
