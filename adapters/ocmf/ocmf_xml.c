#include "ocmf_xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"

static bool is_element(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *child(const xmlNode *parent, const char *name)
{
    for (const xmlNode *node = parent->children; node != NULL; node = node->next)
        if (is_element(node, name)) return node;
    return NULL;
}

/* Copies an attribute if it is there. */
static enum roam_err take_attribute(char out[OCMF_ATTRIBUTE_SIZE], const xmlNode *node, const char *name,
                                    struct roam_diag *diag)
{
    xmlChar *text = xmlGetProp(node, (const xmlChar *)name);
    if (text == NULL) return ROAM_OK;
    size_t size = strlen((const char *)text);
    if (size < OCMF_ATTRIBUTE_SIZE) memcpy(out, text, size + 1);
    xmlFree(text);
    if (size < OCMF_ATTRIBUTE_SIZE) return ROAM_OK;
    return roam_diag(diag, ROAM_E_LIMIT, "XML: attribute %s of %zu bytes, at most %d", name, size,
                     OCMF_ATTRIBUTE_SIZE - 1);
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* The text of an element without the white space around it, allocated. Elements inside are refused. */
static enum roam_err take_text(char **out, size_t *out_size, const xmlNode *node, struct roam_diag *diag)
{
    for (const xmlNode *part = node->children; part != NULL; part = part->next)
        if (part->type != XML_TEXT_NODE && part->type != XML_CDATA_SECTION_NODE &&
            part->type != XML_COMMENT_NODE)
            return roam_diag(diag, ROAM_E_FORMAT, "XML: <%s> holds something other than text",
                             (const char *)node->name);
    xmlChar *content = xmlNodeGetContent(node);
    if (content == NULL) return ROAM_E_NOMEM;
    const char *text = (const char *)content;
    size_t from = 0, to = strlen(text);
    while (from < to && is_space(text[from])) from++;
    while (from < to && is_space(text[to - 1])) to--;
    *out_size = to - from;
    *out = malloc(*out_size + 1);
    if (*out != NULL) {
        memcpy(*out, text + from, *out_size);
        (*out)[*out_size] = '\0';
    }
    xmlFree(content);
    return *out != NULL ? ROAM_OK : ROAM_E_NOMEM;
}

static size_t drop_spaces(char *text, size_t size)
{
    size_t kept = 0;
    for (size_t i = 0; i < size; i++)
        if (!is_space(text[i])) text[kept++] = text[i];
    return kept;
}

/* Replaces text by what it encodes; every encoding here shortens. */
static enum roam_err decode(char *text, size_t *size, const char *encoding, struct roam_diag *diag)
{
    if (encoding[0] == '\0' || strcmp(encoding, "plain") == 0) return ROAM_OK;
    bool hex = strcmp(encoding, "hex") == 0;
    if (!hex && strcmp(encoding, "base64") != 0)
        return roam_diag(diag, ROAM_E_UNSUPPORTED, "XML: encoding \"%s\"", encoding);
    size_t text_size = drop_spaces(text, *size);
    uint8_t *bytes = malloc(text_size + 1);
    if (bytes == NULL) return ROAM_E_NOMEM;
    *size = text_size / 2;
    enum roam_err err = hex ? hex_decode(bytes, *size, text, text_size)
                            : base64_decode(bytes, text_size, size, text, text_size);
    if (err == ROAM_OK) memcpy(text, bytes, *size);
    free(bytes);
    return err == ROAM_OK ? ROAM_OK : roam_diag(diag, ROAM_E_FORMAT, "XML: signedData is not %s", encoding);
}

static enum roam_err take_signed_data(struct ocmf_value *out, const xmlNode *node, struct roam_diag *diag)
{
    char encoding[OCMF_ATTRIBUTE_SIZE] = "", *text = NULL;
    size_t size = 0;
    ROAM_TRY(take_attribute(encoding, node, "encoding", diag));
    ROAM_TRY(take_attribute(out->format, node, "format", diag));
    if (out->transaction[0] == '\0') ROAM_TRY(take_attribute(out->transaction, node, "transactionId", diag));
    ROAM_TRY(take_text(&text, &size, node, diag));
    out->record.text = text; /* owned from here on */
    ROAM_TRY(decode(text, &size, encoding, diag));
    out->record.size = size;
    if (out->format[0] == '\0' && size >= 5 && memcmp(text, "OCMF|", 5) == 0) memcpy(out->format, "OCMF", 5);
    return ROAM_OK;
}

static enum roam_err take_value(struct ocmf_value *out, const xmlNode *node, struct roam_diag *diag)
{
    const xmlNode *signed_data = child(node, "signedData"), *key = child(node, "publicKey");
    ROAM_TRY(take_attribute(out->transaction, node, "transactionId", diag));
    ROAM_TRY(take_attribute(out->context, node, "context", diag));
    if (signed_data == NULL) return roam_diag(diag, ROAM_E_FORMAT, "XML: a value without signedData");
    ROAM_TRY(take_signed_data(out, signed_data, diag));
    if (key == NULL) return ROAM_OK;
    char *text = NULL;
    ROAM_TRY(take_text(&text, &out->key.size, key, diag));
    out->key.text = text;
    return ROAM_OK;
}

static size_t count_values(const xmlNode *root)
{
    size_t count = 0;
    for (const xmlNode *node = root->children; node != NULL; node = node->next)
        count += is_element(node, "value");
    return count;
}

static enum roam_err take_values(struct ocmf_values *out, const xmlNode *root, struct roam_diag *diag)
{
    size_t count = count_values(root);
    if (count > OCMF_XML_VALUES_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "XML: %zu values, at most %d", count, OCMF_XML_VALUES_MAX);
    out->value = calloc(count + 1, sizeof *out->value);
    if (out->value == NULL) return ROAM_E_NOMEM;
    for (const xmlNode *node = root->children; node != NULL; node = node->next)
        if (is_element(node, "value")) ROAM_TRY(take_value(&out->value[out->count++], node, diag));
    return ROAM_OK;
}

static enum roam_err take_document(struct ocmf_values *out, const xmlDoc *document, struct roam_diag *diag)
{
    const xmlNode *root = xmlDocGetRootElement(document);
    if (document->intSubset != NULL || document->extSubset != NULL)
        return roam_diag(diag, ROAM_E_FORMAT, "XML: document type declarations are not read");
    if (root == NULL || !is_element(root, "values"))
        return roam_diag(diag, ROAM_E_FORMAT, "XML: the root element is not <values>");
    return take_values(out, root, diag);
}

/* Without XML_PARSE_NOENT and XML_PARSE_HUGE libxml2 expands no entity and stops at 256 levels. */
enum roam_err ocmf_xml_read(struct ocmf_values *out, const uint8_t *data, size_t size, struct roam_diag *diag)
{
    struct ocmf_values values = {0};
    if (size > OCMF_XML_SIZE_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "XML: %zu bytes, at most %d", size, OCMF_XML_SIZE_MAX);
    xmlDoc *document = xmlReadMemory((const char *)data, (int)size, NULL, NULL,
                                     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (document == NULL) return roam_diag(diag, ROAM_E_FORMAT, "XML: not well formed");
    enum roam_err err = take_document(&values, document, diag);
    xmlFreeDoc(document);
    if (err != ROAM_OK) {
        ocmf_values_release(&values);
        return err;
    }
    *out = values;
    return ROAM_OK;
}

void ocmf_values_release(struct ocmf_values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        free((void *)(uintptr_t)values->value[i].record.text);
        free((void *)(uintptr_t)values->value[i].key.text);
    }
    free(values->value);
    *values = (struct ocmf_values){0};
}
