package api

import "github.com/prosa-chat/prosa/gateway/rest"

// unconfirmedOperations describe what waits for a person because nobody knows whether it
// left.
func unconfirmedOperations() []rest.Operation {
	return []rest.Operation{{
		Method: "GET", Path: "/api/v1/unconfirmed",
		Summary: "Sends without confirmation, with what is known around them",
		Detail:  "Meta's answer to them was lost and no status has come. Whoever owns the conversation, or a manager, decides with the order resolve_message; a status that comes later decides by itself.",
		Params: []rest.Param{
			{Name: "team", In: "query", Doc: "Only conversations of this team"},
			{Name: "limit", In: "query", Doc: "1 to 200, default 50", Type: 0},
		},
		Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: unconfirmedList{}}},
	}}
}
