// Package connection leads an administrator, step by step, to a business number that
// works: each step is asked of Graph when it is taken, says of each thing that was
// checked whether it is so and what to do if not, and is kept, so that one can stop and
// come back within a day.
//
// Nothing is stored of a number before the last step. What is done at Meta before (the
// webhooks of the account, the verification, the registration) bears being done twice,
// is told in the answer and is a line of the audit.
package connection
