// Package quickreply answers people about their quick replies: what each may use, and
// the changes of what is his. Whose a reply is, and so who may change it, the store judges.
package quickreply
