/*
 * Asks PCRE2 what a pattern does, for the comparison tests in this folder.
 *
 * Reads jobs from standard input until its end and answers each on standard output; every number is a 32-bit
 * little-endian integer (the tests run on little-endian machines and check that).
 *
 *   job     options, pattern length, pattern, number of subjects, then for each: start offset, length, bytes
 *   answer  PCRE2 compile error (0: compiled), error offset, number of groups; when compiled, for each subject:
 *           result (1 match, 0 no match, negative: PCRE2 match error) and, for a match, start and end of every group
 *           from 0 on (-1 for a group that is not set)
 *
 * A job with 0xffffffff subjects reuses the subjects of the job before it. With the argument "jit" patterns are compiled to
 * machine code, as servers do: several times faster. Without, they are interpreted and not optimized, which is the reference:
 * the optimizer of 10.42 believes that neither a?(?:b)?+a nor (x|\1*a) can match "a", and its machine code reports captures
 * of abandoned start positions for some possessive groups.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t number(int *ended) {
  uint32_t value = 0;
  *ended = fread(&value, sizeof value, 1, stdin) != 1;
  return value;
}

static uint32_t required(void) {
  int ended;
  uint32_t value = number(&ended);
  if (ended) exit(2);
  return value;
}

static unsigned char *bytes(uint32_t length) {
  unsigned char *buffer = malloc(length + 1);
  if (buffer == NULL || fread(buffer, 1, length, stdin) != length) exit(2);
  return buffer;
}

static void answer(int32_t value) { fwrite(&value, sizeof value, 1, stdout); }

typedef struct {
  unsigned char *bytes;
  uint32_t length, start;
} subject;

int main(int argc, char **argv) {
  int jit = argc > 1 && strcmp(argv[1], "jit") == 0;
  uint32_t plain = jit ? 0 : PCRE2_NO_AUTO_POSSESS | PCRE2_NO_START_OPTIMIZE;
  subject *subjects = NULL;
  uint32_t count = 0;
  pcre2_match_context *context = pcre2_match_context_create(NULL);
  pcre2_jit_stack *stack = pcre2_jit_stack_create(64 * 1024, 64 * 1024 * 1024, NULL);
  pcre2_jit_stack_assign(context, NULL, stack);
  pcre2_set_match_limit(context, 1000000);
  for (;;) {
    int ended;
    uint32_t options = number(&ended);
    if (ended) break;
    uint32_t length = required();
    unsigned char *pattern = bytes(length);
    uint32_t announced = required();
    if (announced != UINT32_MAX) {
      for (uint32_t i = 0; i < count; i++) free(subjects[i].bytes);
      subjects = realloc(subjects, (announced + 1) * sizeof *subjects);
      if (subjects == NULL) return 2;
      count = announced;
      for (uint32_t i = 0; i < count; i++) {
        subjects[i].start = required();
        subjects[i].length = required();
        subjects[i].bytes = bytes(subjects[i].length);
      }
    }
    int error;
    PCRE2_SIZE offset;
    pcre2_code *code = pcre2_compile(pattern, length, options | plain, &error, &offset, NULL);
    uint32_t groups = 0;
    if (code != NULL) pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    answer(code == NULL ? error : 0);
    answer(code == NULL ? (int32_t)offset : 0);
    answer((int32_t)groups);
    if (code != NULL) {
      if (jit) pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
      pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
      PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(data);
      for (uint32_t i = 0; i < count; i++) {
        int result = pcre2_match(code, subjects[i].bytes, subjects[i].length, subjects[i].start, 0, data, context);
        answer(result > 0 ? 1 : result == PCRE2_ERROR_NOMATCH ? 0 : result);
        if (result <= 0) continue;
        for (uint32_t slot = 0; slot < 2 * (groups + 1); slot++)
          answer(slot < 2 * (uint32_t)result && offsets[slot] != PCRE2_UNSET ? (int32_t)offsets[slot] : -1);
      }
      pcre2_match_data_free(data);
      pcre2_code_free(code);
    }
    free(pattern);
  }
  return 0;
}
