// Package quickreply keeps the texts that people write again and again, each with a
// short word that brings it. One is somebody's own, a team's or the whole company's,
// which decides who sees it and who may change it: see [Viewer].
//
// A text may hold variables, {{contact.name}} or {{delivery date}}: those of [Known] the
// page fills in from the conversation, and asks for all others where the reply is used.
//
// A team's reply stays when the team is merged or removed: it belongs to the team that
// the conversations went to.
package quickreply
