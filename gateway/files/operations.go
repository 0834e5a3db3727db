package files

import (
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
)

// Operations describe files.
func Operations() []rest.Operation { return append(messageOperations(), uploadOperations()...) }

func messageOperations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "GET", Path: "/api/v1/conversations/{id}/media/{mid}",
			Summary: "The file of a message, a customer's or ours, whole or in ranges",
			Detail:  "Pictures, sound and film are served as what they are; everything else as bytes to save.",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
				{Name: "mid", In: "path", Doc: "Message id"},
				{Name: "download", In: "query", Doc: "Anything: have browsers save it"},
				{Name: "thumb", In: "query", Doc: "Anything: a small JPEG of a picture; 404 where there can be none"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "The file", Media: "application/octet-stream"},
				{Status: 206, Doc: "The range that was asked for"},
				{Status: 304, Doc: "Unchanged"},
				{Status: 416, Doc: "No such range"},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/media/{mid}/again",
			Summary: "Try once more to fetch a file that failed",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
				{Name: "mid", In: "path", Doc: "Message id"},
			},
			Answers: []rest.Answer{
				{Status: 202, Doc: "Wanted again", Of: view.Media{}},
			},
		},
	}
}

const problemMedia = "application/problem+json"

func uploadOperations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "POST", Path: "/api/v1/uploads",
			Summary: "Upload a file to send it afterwards",
			Detail: "The body is the file, with its Content-Type, or a form (multipart/form-data) with a part file. What it is its content says; " +
				"declared tells where that is not what was said. One that nobody sends within a day is removed.",
			Params: []rest.Param{
				{Name: "name", In: "query", Doc: "Its name"},
				{Name: "voice", In: "query", Doc: "Anything: make a voice message of a recording in WebM with Opus; its sound stays as it is, in Ogg"},
				{Name: "kind", In: "query", Doc: "What it is to be sent as; one that cannot be is refused", Enum: []string{"image", "video", "audio", "document", "sticker"}},
			},
			Answers: []rest.Answer{
				{Status: 201, Doc: "Stored; id names it as media.file of a message", Of: View{}},
				{Status: 413, Doc: "More than 100 MB", Of: problem.Problem{}, Media: problemMedia},
				{Status: 422, Doc: "Empty, or not to be sent as kind (bad_content): reason says which rule it breaks, limit how far it might go", Of: problem.Problem{}, Media: problemMedia},
				{Status: 429, Doc: "Too many files wait to be sent (too_many_uploads)", Of: problem.Problem{}, Media: problemMedia},
			},
		},
		{
			Method: "GET", Path: "/api/v1/uploads/{upload}",
			Summary: "An uploaded file, whole or in ranges, for whoever uploaded it or sees a conversation in which it was sent",
			Detail:  "Pictures, sound and film are served as what they are; everything else as bytes to save.",
			Params: []rest.Param{
				{Name: "upload", In: "path", Doc: "Its id"},
				{Name: "download", In: "query", Doc: "Anything: have browsers save it"},
				{Name: "thumb", In: "query", Doc: "Anything: a small JPEG of a picture; 404 where there can be none"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "The file", Media: "application/octet-stream"},
				{Status: 206, Doc: "The range that was asked for"},
				{Status: 304, Doc: "Unchanged"},
				{Status: 416, Doc: "No such range"},
			},
		},
		{
			Method: "DELETE", Path: "/api/v1/uploads/{upload}",
			Summary: "Remove an uploaded file of one's own that was not sent",
			Params:  []rest.Param{{Name: "upload", In: "path", Doc: "Its id"}},
			Answers: []rest.Answer{
				{Status: 204, Doc: "Removed"},
				{Status: 409, Doc: "A message sends it (in_use)", Of: problem.Problem{}, Media: problemMedia},
			},
		},
	}
}
